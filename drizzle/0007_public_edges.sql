CREATE TABLE "sms_counts" (
	"subject_hash" "bytea" NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"sent" integer NOT NULL,
	CONSTRAINT "sms_counts_subject_hash_since_pk" PRIMARY KEY("subject_hash","since")
);
--> statement-breakpoint
CREATE TABLE "spent_challenges" (
	"nonce" "bytea" PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sms_counts_since" ON "sms_counts" USING btree ("since");--> statement-breakpoint
CREATE INDEX "spent_challenges_expires" ON "spent_challenges" USING btree ("expires_at");