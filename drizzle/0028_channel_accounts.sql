CREATE TABLE "channel_accounts" (
	"channel" text NOT NULL,
	"account" text NOT NULL,
	"known_since" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone,
	"ok" boolean,
	"code" text,
	"failing_since" timestamp (3) with time zone,
	"reconciled_at" timestamp (3) with time zone,
	"reconcile_due_at" timestamp (3) with time zone NOT NULL,
	"deep_due_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "channel_accounts_channel_account_pk" PRIMARY KEY("channel","account")
);
--> statement-breakpoint
ALTER TABLE "channel_accounts" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "channel_accounts" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "channel_accounts" TO insat_system;
