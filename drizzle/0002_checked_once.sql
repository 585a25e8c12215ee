-- The one statement that opens a case (src/domain/cases/opening.actions.ts) writes these rows together with what they
-- refer to; messages of an existing contact point take it from their case. Nothing deletes citizens, contact points or
-- cases: whoever makes something do so must look here first. Looking each of them up once more took a third of the
-- statement's time. The constraints stay declared; `ALTER CONSTRAINT ... ENFORCED` looks through all rows, for whoever wants the proof.
ALTER TABLE "cases" ALTER CONSTRAINT "cases_citizen_id_citizens_id_fk" NOT ENFORCED;--> statement-breakpoint
ALTER TABLE "cases" ALTER CONSTRAINT "cases_contact_point_id_contact_points_id_fk" NOT ENFORCED;--> statement-breakpoint
ALTER TABLE "citizen_contacts" ALTER CONSTRAINT "citizen_contacts_citizen_id_citizens_id_fk" NOT ENFORCED;--> statement-breakpoint
ALTER TABLE "citizen_contacts" ALTER CONSTRAINT "citizen_contacts_contact_point_id_contact_points_id_fk" NOT ENFORCED;--> statement-breakpoint
ALTER TABLE "deadlines" ALTER CONSTRAINT "deadlines_case_id_cases_id_fk" NOT ENFORCED;--> statement-breakpoint
ALTER TABLE "messages" ALTER CONSTRAINT "messages_contact_point_id_contact_points_id_fk" NOT ENFORCED;
