-- By what a page asked for a draft: asked again, there is one.
ALTER TABLE "broadcasts" ADD COLUMN "press" TEXT;
CREATE UNIQUE INDEX "broadcasts_press_key" ON "broadcasts" ("press");
