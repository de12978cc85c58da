"""The office's reports: figures of any period with plots and tables, closed months, and records to be put right."""
