"""Figures that agencies report (số liệu tự báo cáo) or take over, approved by a second person."""
