-- Tasks are rewritten by every claim and every round of following: leave room on their pages, and clean up early.
ALTER TABLE fulfilment_task SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE fulfilment_attempt SET (fillfactor = 80);
ALTER TABLE fulfilment_provider SET (fillfactor = 50);
