//! A bounded piece of a list, and the cursor to the next piece.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Items, and where to go on: pass `next` as `?cursor=`; `null` means that this was the last page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order that the route names.
    pub items: Vec<T>,
    /// Opaque cursor of the next page.
    pub next: Option<String>,
}
