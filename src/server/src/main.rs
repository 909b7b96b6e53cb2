//! The `warmlead` command.

fn main() {}
