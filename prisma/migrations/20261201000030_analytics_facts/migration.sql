-- What analytics counted last, a row a bot; 0 is the platform. Whatever stands here can be counted again from the books.
CREATE TABLE "analytics_facts" (
  "scope" INTEGER NOT NULL,
  "version" INTEGER NOT NULL,
  "built_at" TIMESTAMPTZ(3) NOT NULL,
  "build_ms" INTEGER NOT NULL,
  "read_at" TIMESTAMPTZ(3) NOT NULL,
  "facts" JSONB NOT NULL,
  CONSTRAINT "analytics_facts_pkey" PRIMARY KEY ("scope")
);
