"""The catalogue as static pages: evidence in, HTML out. Nothing here judges; no page shows a status that no evidence bears."""
