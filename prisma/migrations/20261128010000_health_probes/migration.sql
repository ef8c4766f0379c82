-- Where a server writes and reads back, to know that the books take what is written.
CREATE TABLE "health_probes" (
    "id" INTEGER NOT NULL,
    "word" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "health_probes_pkey" PRIMARY KEY ("id")
);
