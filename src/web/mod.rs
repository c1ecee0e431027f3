//! The HTTP side (axum); comes with the portal API and the signed endpoint.
