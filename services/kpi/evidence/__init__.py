"""The dossiers behind a figure, to take away (hồ sơ minh chứng), and the trace it leaves."""
