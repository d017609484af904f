"""The pages of this room: safes and ledgers, drawing, the second person, holdings, reports."""
