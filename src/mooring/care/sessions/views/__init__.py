"""The pages of this room: `session` shows, `writing` takes the forms, `offers` says which of them are offered now,
`shown` puts a log into rows, `figure` draws the vital signs."""
