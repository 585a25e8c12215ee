-- Whose is a number? Asked when one is erased, and by the policy below.
CREATE INDEX "citizen_contacts_point" ON "citizen_contacts" USING btree ("contact_point_id");--> statement-breakpoint
-- A citizen's second way to be reached is in sight like the first, by which the case is found.
ALTER POLICY "staff" ON "contact_points" USING ((CASE
		WHEN (SELECT c."id" FROM "cases" c WHERE c."contact_point_id" = "contact_points"."id" LIMIT 1) IS NOT NULL THEN true
		WHEN (SELECT l."citizen_id" FROM "citizen_contacts" l WHERE l."contact_point_id" = "contact_points"."id" LIMIT 1) IS NOT NULL THEN true
	END) IS NOT NULL);
