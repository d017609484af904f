"""Pages of this room: the learner's (`mine`), who manages credit (`manage`, `makers`), everybody's (`public`)."""
