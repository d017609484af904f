"""The pages of this room: `session` shows, `writing` takes the forms, `shown` puts a log into rows."""
