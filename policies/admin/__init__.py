"""The curators' side: configuration of Django's admin, and one shared base that holds the door."""

from django.contrib import admin

from policies.admin import catalog, computed, sources

__all__ = ["catalog", "computed", "sources"]

admin.site.site_title = "nanopolicy"
admin.site.site_header = "nanopolicy"
admin.site.index_title = "Curate"
admin.site.enable_nav_sidebar = False
admin.site.empty_value_display = "–"
