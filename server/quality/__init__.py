"""Quality of service: ratings and complaints of visitors, the standard as a checklist, questionnaires, findings."""
