CREATE TABLE "log_checkpoints" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"range" "bytea" NOT NULL,
	"note" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_leaves" (
	"index" bigint PRIMARY KEY NOT NULL,
	"event_id" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "log_leaves_event" UNIQUE("event_id")
);
--> statement-breakpoint
CREATE TABLE "log_subtrees" (
	"level" smallint NOT NULL,
	"index" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "log_subtrees_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
-- A superuser can switch these off; what is done then shows in the signed roots.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "log_leaves" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "log_subtrees" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "log_checkpoints" EXECUTE FUNCTION refuse_change();
