CREATE INDEX "callbacks_point" ON "callbacks" USING btree ("contact_point_id") WHERE contact_point_id is not null;--> statement-breakpoint
CREATE INDEX "calls_case" ON "calls" USING btree ("case_id") WHERE case_id is not null;--> statement-breakpoint
CREATE INDEX "calls_point" ON "calls" USING btree ("contact_point_id") WHERE contact_point_id is not null;