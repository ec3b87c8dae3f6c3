"""The pages' addresses."""

from django.urls import path

from policies.views import (
    account,
    compare,
    details,
    document_lists,
    documents,
    feed,
    flips,
    home,
    lists,
    revision,
    revisions,
    rules,
    saved,
    search,
)

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("models/", lists.ModelList.as_view(), name="models"),
    path("models/<path:canonical_id>/", details.ModelPage.as_view(), name="model"),
    path("routes/", lists.RouteList.as_view(), name="routes"),
    path("routes/<int:pk>/", details.RoutePage.as_view(), name="route"),
    path("licenses/", document_lists.LicenseList.as_view(), name="licenses"),
    path("licenses/<str:slug>/", documents.LicensePage.as_view(), name="license"),
    path("terms/", document_lists.TermsList.as_view(), name="terms-list"),
    path("terms/<str:slug>/", documents.TermsPage.as_view(), name="terms"),
    path("providers/", document_lists.ProviderList.as_view(), name="providers"),
    path("providers/<str:slug>/", details.ProviderPage.as_view(), name="provider"),
    path("compare/", compare.CompareStart.as_view(), name="compare"),
    path("compare/<str:kind>/", compare.Compare.as_view(), name="compare-kind"),
    path("revisions/", revisions.RevisionList.as_view(), name="revisions"),
    path("revisions/feed.atom", feed.RevisionFeed.as_view(), name="revisions-feed"),
    path("revisions/<int:number>/", revision.RevisionPage.as_view(), name="revision"),
    path("flips/", flips.FlipList.as_view(), name="flips"),
    path("saved/", saved.Save.as_view(), name="save-view"),
    path("saved/<int:pk>/delete/", saved.Delete.as_view(), name="delete-view"),
    path("search/", search.Search.as_view(), name="search"),
    path("rules/", rules.Rules.as_view(), name="rules"),
    path("about/", account.About.as_view(), name="about"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", account.Logout.as_view(), name="logout"),
]
