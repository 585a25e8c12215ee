-- What retention and the departure of a reader look for. Neither costs a filing: a case comes in open and unsealed, so it is in
-- neither index, and what the insert pays is that their conditions are looked at. A case enters the one when it is answered or
-- ends, in an update that changes its status, which is in the conditions of other indexes and so writes all of them anyway; and
-- the other when it is sealed, which is rare.
CREATE INDEX "cases_ended" ON "cases" USING btree ("received_at") WHERE status in ('resolved','closed','inadmissible','duplicate','spam','withdrawn');--> statement-breakpoint
CREATE INDEX "cases_readers" ON "cases" USING gin ("readers") WHERE readers is not null;