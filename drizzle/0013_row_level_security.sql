CREATE INDEX "cases_citizen" ON "cases" USING btree ("citizen_id");--> statement-breakpoint
-- The second wall (docs/adr/0012): whatever a query forgets to ask, the database shows and changes no row out of sight.
-- The roles are made by src/db/roles.ts before migrations run; every transaction takes one (src/db/client.ts). What a
-- role is granted nothing on, it cannot touch; where it is granted something, its policies say which rows.
--
-- Who acts. Each is null where nobody was named: then no row is in sight. (A setting made within a transaction is '' after it,
-- not null.) Policies ask them as `(select insat_centre())`, once per statement, so that an index can still be used.
CREATE FUNCTION "insat_actor"() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
	RETURN nullif(current_setting('insat.actor', true), '')::jsonb;--> statement-breakpoint
CREATE FUNCTION "insat_staff_id"() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	RETURN nullif(insat_actor() ->> 'id', '')::uuid;--> statement-breakpoint
CREATE FUNCTION "insat_centre"() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
	RETURN insat_actor() ->> 'centreId';--> statement-breakpoint
CREATE FUNCTION "insat_supervises"() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
	RETURN coalesce(insat_actor() ->> 'role' = 'supervisor', false);--> statement-breakpoint
-- The case whose code a citizen proved, and the reference whose code is being checked.
CREATE FUNCTION "insat_case"() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	RETURN (insat_actor() ->> 'caseId')::uuid;--> statement-breakpoint
CREATE FUNCTION "insat_reference"() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
	RETURN insat_actor() ->> 'reference';--> statement-breakpoint
-- The case that this transaction hands out of the actor's sight; it must still write it and tell what became of it.
CREATE FUNCTION "insat_handed"() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	RETURN nullif(current_setting('insat.handed', true), '')::uuid;--> statement-breakpoint

-- The system (workers, sweep, sign-in, maintenance) sees all rows; what it may do with them is its grants below.
DO $$
DECLARE
	name text;
BEGIN
	FOR name IN SELECT tablename FROM pg_tables
		-- Lists without a person in them, the same for everybody: grants suffice.
		WHERE schemaname = 'public' AND tablename NOT IN ('regions', 'provinces', 'categories', 'centres', 'queues')
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY "system" ON %I TO insat_system USING (true) WITH CHECK (true)', name);
		EXECUTE format('GRANT SELECT, INSERT ON %I TO insat_system', name);
	END LOOP;
END
$$;--> statement-breakpoint
GRANT SELECT ON "regions", "provinces", "categories", "centres", "queues"
	TO insat_citizen, insat_staff, insat_administrator, insat_observer, insat_partner, insat_system;--> statement-breakpoint
GRANT INSERT, UPDATE ON "centres", "queues" TO insat_system;--> statement-breakpoint
-- Events are never changed or deleted by anybody's role. What was said, the system alone may seal or open: the triggers of
-- 0008 refuse whatever keeps its number, and so would not be seen by audit:verify.
GRANT UPDATE ON "cases", "contact_points", "citizens", "citizen_contacts", "inbound_bodies", "unsealed", "attachments", "totp_factors", "authenticators", "deadlines", "assignments", "staff", "sessions", "sign_in_places" TO insat_system;--> statement-breakpoint
GRANT UPDATE ("case_id", "kind", "state", "state_at", "error_code", "provider_id", "channel_account", "sender", "seq", "salt", "body", "body_sealed") ON "messages" TO insat_system;--> statement-breakpoint
GRANT UPDATE ("seq", "salt", "body", "body_sealed") ON "notes" TO insat_system;--> statement-breakpoint
GRANT UPDATE ("seq", "salt", "comment", "comment_sealed") ON "feedback" TO insat_system;--> statement-breakpoint
GRANT UPDATE ON "sms_counts" TO insat_system;--> statement-breakpoint
GRANT DELETE ON "sessions", "sign_in_places", "failed_attempts", "inbound_bodies", "sms_counts", "spent_challenges",
	"unsealed", "attachments", "sso_attempts", "staff_identities", "webauthn_challenges", "totp_factors", "authenticators" TO insat_system;--> statement-breakpoint
-- The numbers under which what was said is sealed.
GRANT USAGE ON SEQUENCE "messages_seq" TO insat_citizen, insat_staff, insat_system;--> statement-breakpoint
GRANT USAGE ON SEQUENCE "notes_seq" TO insat_staff, insat_system;--> statement-breakpoint
GRANT USAGE ON SEQUENCE "feedback_seq" TO insat_citizen, insat_system;--> statement-breakpoint

-- Staff: the cases of their own centre, those in a restricted queue for supervisors only; all else follows its case.
-- `(...) IS NOT NULL`, because the planner takes that for true of nearly every row. As AND and OR it would count the centre
-- twice, once for the query's own condition, and sort a centre's cases instead of reading a page of them from an index.
CREATE POLICY "staff" ON "cases" TO insat_staff
	USING ((CASE
		WHEN "id" = (SELECT insat_handed()) THEN true
		WHEN "centre_id" = (SELECT insat_centre()) AND ((SELECT insat_supervises())
			OR "queue_id" IS NULL OR "queue_id" <> ALL (ARRAY(SELECT q."id" FROM "queues" q WHERE q."restricted"))) THEN true
		END) IS NOT NULL)
	-- They may send a case where they cannot follow; but a row that is read and written must then be handed over.
	WITH CHECK (true);--> statement-breakpoint
GRANT SELECT ON "cases" TO insat_staff;--> statement-breakpoint
GRANT UPDATE ("version", "status", "category", "subcategory", "centre_id", "queue_id", "assigned_to", "legal_due_date", "first_reply_at", "resolved_at", "resolved_on", "outcome")
	ON "cases" TO insat_staff;--> statement-breakpoint
CREATE POLICY "staff" ON "citizens" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."citizen_id" = "citizens"."id" LIMIT 1) IS NOT NULL);--> statement-breakpoint
CREATE POLICY "staff" ON "contact_points" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."contact_point_id" = "contact_points"."id" LIMIT 1) IS NOT NULL);--> statement-breakpoint
CREATE POLICY "staff" ON "citizen_contacts" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."citizen_id" = "citizen_contacts"."citizen_id" LIMIT 1) IS NOT NULL);--> statement-breakpoint
CREATE POLICY "staff" ON "attachments" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "attachments"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT ON "citizens", "contact_points", "citizen_contacts", "attachments" TO insat_staff;--> statement-breakpoint
CREATE POLICY "staff" ON "messages" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "messages"."case_id") IS NOT NULL)
	WITH CHECK ("author_id" = (SELECT insat_staff_id()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "messages"."case_id") IS NOT NULL);--> statement-breakpoint
CREATE POLICY "staff" ON "notes" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "notes"."case_id") IS NOT NULL)
	WITH CHECK ("author_id" = (SELECT insat_staff_id()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "notes"."case_id") IS NOT NULL);--> statement-breakpoint
-- In their own name, or what a rule of the machine did after it.
CREATE POLICY "staff" ON "events" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "events"."case_id") IS NOT NULL)
	WITH CHECK (
		("actor_kind" = 'staff' AND "actor_id" = (SELECT insat_staff_id()) OR "actor_kind" = 'system' AND "actor_id" IS NULL)
			AND (SELECT c."id" FROM "cases" c WHERE c."id" = "events"."case_id") IS NOT NULL
	);--> statement-breakpoint
GRANT SELECT, INSERT ON "messages", "notes", "events" TO insat_staff;--> statement-breakpoint
CREATE POLICY "staff" ON "deadlines" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "deadlines"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("met_at") ON "deadlines" TO insat_staff;--> statement-breakpoint
CREATE POLICY "staff" ON "assignments" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "assignments"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("to_at") ON "assignments" TO insat_staff;--> statement-breakpoint
CREATE POLICY "staff" ON "feedback" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "feedback"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT ON "feedback" TO insat_staff;--> statement-breakpoint
-- Whose names stand in a history; nobody's password or login.
CREATE POLICY "staff" ON "staff" FOR SELECT TO insat_staff USING (true);--> statement-breakpoint
GRANT SELECT ("id", "name", "role", "centre_id", "active") ON "staff" TO insat_staff;--> statement-breakpoint

-- Administrators and observers: what response times are made of, of every case; no case by name, and nothing that was said.
CREATE POLICY "measured" ON "cases" FOR SELECT TO insat_administrator, insat_observer USING (true);--> statement-breakpoint
GRANT SELECT ("status", "channel", "category", "province", "centre_id", "received_at", "received_on", "legal_due_date", "first_reply_at", "resolved_at", "resolved_on")
	ON "cases" TO insat_administrator, insat_observer;--> statement-breakpoint

-- Citizens: intake writes and reads nothing back but the ids that it needs; tracking reads the one case whose code was proved.
-- A check of `true` costs nothing where cases come in by the thousand.
CREATE POLICY "intake" ON "cases" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "citizens" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "citizen_contacts" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "deadlines" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "events" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "messages" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "intake" ON "feedback" FOR INSERT TO insat_citizen WITH CHECK (true);--> statement-breakpoint
GRANT INSERT ON "cases", "citizens", "citizen_contacts", "deadlines", "events", "messages", "feedback" TO insat_citizen;--> statement-breakpoint
-- One row for a number that is known or new: to find out which, PostgreSQL asks for sight of it.
CREATE POLICY "intake" ON "contact_points" TO insat_citizen USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("last_seen_at") ON "contact_points" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "intake" ON "idempotency_keys" TO insat_citizen USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT ("case_id"), INSERT ON "idempotency_keys" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "guesses" ON "failed_attempts" TO insat_citizen USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT ON "failed_attempts" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "guesses" ON "spent_challenges" TO insat_citizen USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT ON "spent_challenges" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "tracking" ON "cases" FOR SELECT TO insat_citizen
	USING ("id" = (SELECT insat_case()) OR "reference" = (SELECT insat_reference()));--> statement-breakpoint
CREATE POLICY "tracked" ON "cases" FOR UPDATE TO insat_citizen USING ("id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT, UPDATE ("version", "status", "assigned_to", "resolved_at", "resolved_on", "outcome") ON "cases" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "tracking" ON "messages" FOR SELECT TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
CREATE POLICY "tracking" ON "events" FOR SELECT TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
CREATE POLICY "tracking" ON "feedback" FOR SELECT TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT ON "messages", "events", "feedback" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "tracking" ON "deadlines" FOR SELECT TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
CREATE POLICY "tracked" ON "deadlines" FOR UPDATE TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT, UPDATE ("met_at") ON "deadlines" TO insat_citizen;--> statement-breakpoint
-- An upload is nobody's until its handle attaches it to the case.
CREATE POLICY "uploads" ON "attachments" TO insat_citizen USING ("case_id" IS NULL OR "case_id" = (SELECT insat_case())) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("case_id", "message_id", "state", "state_at", "size", "digest", "data_key") ON "attachments" TO insat_citizen;--> statement-breakpoint
CREATE POLICY "tracking" ON "assignments" FOR SELECT TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
CREATE POLICY "tracked" ON "assignments" FOR UPDATE TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT, UPDATE ("to_at") ON "assignments" TO insat_citizen;--> statement-breakpoint
-- In what role somebody read their case; not by what name.
CREATE POLICY "tracking" ON "staff" FOR SELECT TO insat_citizen
	USING (EXISTS (SELECT FROM "events" e WHERE e."actor_id" = "staff"."id" AND e."case_id" = (SELECT insat_case())));--> statement-breakpoint
GRANT SELECT ("id", "role") ON "staff" TO insat_citizen;--> statement-breakpoint
-- Hashes, for anybody who wants proof.
CREATE POLICY "proof" ON "log_leaves" FOR SELECT TO insat_citizen USING (true);--> statement-breakpoint
CREATE POLICY "proof" ON "log_subtrees" FOR SELECT TO insat_citizen USING (true);--> statement-breakpoint
CREATE POLICY "proof" ON "log_checkpoints" FOR SELECT TO insat_citizen USING (true);--> statement-breakpoint
CREATE POLICY "proof" ON "log_cosignatures" FOR SELECT TO insat_citizen USING (true);--> statement-breakpoint
GRANT SELECT ON "log_leaves", "log_subtrees", "log_checkpoints", "log_cosignatures" TO insat_citizen;
