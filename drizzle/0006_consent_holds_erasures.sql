CREATE TABLE "consent_texts" (
	"id" text PRIMARY KEY NOT NULL,
	"language" text NOT NULL,
	"text" text NOT NULL,
	"first_used_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"why" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "legal_holds" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"held_by" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "consent_text" text;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_held_by_staff_id_fk" FOREIGN KEY ("held_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "erasures_at" ON "erasures" USING btree ("at");--> statement-breakpoint
-- Requests about one's own data (law 09-08, articles 7 to 9) are cases of their own category, with a clock of their own.
INSERT INTO "categories" ("code", "parent_code", "name_ar", "name_fr", "name_en") VALUES
  ('DATA', null, 'معطياتي الشخصية', 'Mes données personnelles', 'My personal data'),
  ('DATA.ACCESS', 'DATA', 'الاطلاع على معطياتي', 'Accéder à mes données', 'See my data'),
  ('DATA.RECTIFY', 'DATA', 'تصحيح معطياتي لديكم', 'Rectifier mes données chez vous', 'Correct my data with you'),
  ('DATA.ERASE', 'DATA', 'حذف معطياتي أو التعرض على معالجتها', 'Effacer mes données ou m''y opposer', 'Erase my data or object');
