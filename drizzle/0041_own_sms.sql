ALTER TABLE "channel_accounts" ADD COLUMN "carried_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "test_id" uuid;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "tested_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "unreturned_since" timestamp (3) with time zone;
