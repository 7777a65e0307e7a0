//! The pictures of the states in `docs/states.md` are drawn from what the machine does, and checked here.

use std::sync::LazyLock;

#[path = "state_diagram/explore.rs"]
mod explore;
#[path = "state_diagram/render.rs"]
mod render;

static EDGES: LazyLock<explore::Edges> = LazyLock::new(explore::edges);

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
const BEGIN: &str = "<!-- state-diagram:begin -->";
const END: &str = "<!-- state-diagram:end -->";

#[test]
fn the_pictures_in_the_architecture_page_show_what_the_machine_does() {
    let page = std::fs::read_to_string(PAGE).expect("docs/states.md is in the repository");
    let (_, rest) = page.split_once(BEGIN).expect("the page has the mark where the pictures begin");
    let (shown, _) = rest.split_once(END).expect("the page has the mark where the pictures end");
    let drawn = render::pictures(&EDGES);
    assert!(shown.trim() == drawn.trim(), "docs/states.md: put this between the two marks:\n\n{drawn}\n");
}

#[test]
fn no_edge_leaves_a_final_status() {
    for edge in &EDGES.verification {
        assert!(!matches!(edge.from.as_deref(), Some("verified" | "failed" | "expired" | "canceled")), "{edge:?}");
    }
}
