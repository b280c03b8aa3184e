-- What the press of a key met: the number of the run's last event; null if the press made the run.
ALTER TABLE bound_key ADD COLUMN met INTEGER;
