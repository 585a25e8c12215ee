-- How much of the room for files that wait each network takes; forgotten once a file is attached.
ALTER TABLE "attachments" ADD COLUMN "network_hash" "bytea";--> statement-breakpoint
GRANT UPDATE ("network_hash") ON "attachments" TO insat_citizen;
