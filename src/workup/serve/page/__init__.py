"""The page that people use: cases for a clinician, reviews for a reviewer, the service for an operator.

Every page works without JavaScript: forms are forms and links are links. htmx only spares the reload.
"""
