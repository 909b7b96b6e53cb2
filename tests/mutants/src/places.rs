//! Where in a file what can be changed begins and ends. cargo-mutants names an operator; what it works on, only the syntax says.
//! It does not know which changes there are.

use std::collections::HashMap;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A range of bytes.
pub type Bytes = Range<usize>;

/// An operator and what it works on; `left` is missing where it stands before its only operand.
pub struct Operation {
    pub whole: Bytes,
    pub left: Option<Bytes>,
    pub right: Bytes,
    /// Whether an operand is a `let`, as in `if let Some(x) = y && x > 1`.
    pub has_let: bool,
}

/// An arm of a match.
pub struct Arm {
    /// The pattern without guard.
    pub pattern: Bytes,
    pub guard: Option<Bytes>,
    /// Whether it takes what no other arm does, whatever that is.
    pub takes_all: bool,
}

impl Arm {
    fn of(node: &syn::Arm) -> Arm {
        let takes_all = match &node.pat {
            syn::Pat::Wild(_) => true,
            // A name in capitals is a constant's.
            syn::Pat::Ident(name) => name.subpat.is_none() && name.ident.to_string().starts_with(char::is_lowercase),
            _ => false,
        };
        match &node.pat {
            syn::Pat::Guard(guarded) => Arm { pattern: bytes(&guarded.pat), guard: Some(bytes(&guarded.guard)), takes_all },
            pattern => Arm { pattern: bytes(pattern), guard: None, takes_all },
        }
    }
}

/// A field of a struct expression.
pub struct Field {
    pub name: String,
    /// What stands behind the colon; nothing in `Part { name }`.
    pub value: Option<Bytes>,
    /// What stands behind `..`.
    pub rest: Option<Bytes>,
    pub end: usize,
}

/// All of a file, by where cargo-mutants says that it begins (of operations: the operator).
#[derive(Default)]
pub struct Places {
    pub operations: HashMap<usize, Operation>,
    pub arms: HashMap<usize, Arm>,
    pub fields: HashMap<usize, Field>,
}

impl Places {
    /// # Errors
    ///
    /// The text is not Rust.
    pub fn of(text: &str) -> syn::Result<Places> {
        let mut places = Places::default();
        places.visit_file(&syn::parse_file(text)?);
        Ok(places)
    }
}

/// Where the patterns end of the arms of the match on what is at an offset.
pub fn patterns(text: &str, offset: usize) -> Vec<usize> {
    struct Find(usize, Vec<usize>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
            if bytes(&node.expr).start == self.0 {
                self.1 = node.arms.iter().map(|arm| Arm::of(arm).pattern.end).collect();
            }
            visit::visit_expr_match(self, node);
        }
    }
    let mut find = Find(offset, Vec::new());
    if let Ok(file) = syn::parse_file(text) {
        find.visit_file(&file);
    }
    find.1
}

fn bytes(node: &impl Spanned) -> Bytes {
    node.span().byte_range()
}

/// Whether there is a `let` in a chain of `&&`.
fn has_let(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(chain) => has_let(&chain.left) || has_let(&chain.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Places {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        let has_let = has_let(&node.left) || has_let(&node.right);
        let operation = Operation { whole: bytes(node), left: Some(bytes(&node.left)), right: bytes(&node.right), has_let };
        self.operations.insert(bytes(&node.op).start, operation);
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        let operation = Operation { whole: bytes(node), left: None, right: bytes(&node.expr), has_let: false };
        self.operations.insert(bytes(&node.op).start, operation);
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.arms.insert(bytes(node).start, Arm::of(node));
        visit::visit_arm(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        let rest = node.rest.as_ref().map(bytes);
        for field in &node.fields {
            let syn::Member::Named(name) = &field.member else { continue };
            let value = field.colon_token.map(|_| bytes(&field.expr));
            let (name, range) = (name.to_string(), bytes(field));
            self.fields.insert(range.start, Field { name, value, rest: rest.clone(), end: range.end });
        }
        visit::visit_expr_struct(self, node);
    }
}
