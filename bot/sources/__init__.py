"""What drafts are written from: who may read it, which stretch of it, and how it becomes a Source."""
