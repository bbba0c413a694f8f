"""Areas build on each other in one order, that of the list."""

from __future__ import annotations

import grimp

from services.areas import ALL


def test_areas_import_each_other_in_the_order_of_the_list() -> None:
    graph = grimp.build_graph("services", cache_dir=None)
    layers = ["services.areas", "services.profiles", *(f"services.{area.name}" for area in reversed(ALL))]
    assert graph.find_children("services") == set(layers), "each area is listed"
    wrong = graph.find_illegal_dependencies_for_layers(layers=layers)
    assert [f"{found.importer} imports {found.imported}" for found in wrong] == []
