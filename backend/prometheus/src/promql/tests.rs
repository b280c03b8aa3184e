//! Tests of parsing, printing, walking and templates.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check_print(text: &str, expect: &str) {
    assert_eq!(Expr::parse(text).unwrap().to_string(), expect);
}

#[track_caller]
fn check_refused(text: &str, part: &str) {
    match Expr::parse(text) {
        Err(Error::BadQuery { message, .. }) => {
            assert!(message.contains(part), "{message:?} does not say {part:?}");
        }
        other => panic!("{text:?} gave {other:?}"),
    }
}

#[test]
fn what_is_printed_means_the_same() {
    check_print("sum(rate(x{a='b'}[5m])) by (job)", r#"sum by (job) (rate(x{a="b"}[5m]))"#);
    check_print("x @ -100", "x @ -100.000");
    check_print("x @ 1.5 offset -1h", "x @ 1.500 offset -1h");
    check_print("a - ignoring() group_left c", "a - ignoring () group_left () c");
    check_print("x == bool on(a) group_right(b) y", "x == bool on (a) group_right (b) y");
    check_print("a + fill(1) b", "a + fill_left (1) fill_right (1) b");
    check_print("sum by (offset, a) (x{offset=\"b\"})", "sum by (offset, a) (x{offset=\"b\"})");
    check_print("sum by () (x)", "sum by () (x)");
    check_print("quantile(scalar(x), y)", "quantile(scalar(x), y)");
    check_print("rate(x[5m])[1h:] offset 90s", "rate(x[5m])[1h:] offset 90s");
    check_print("-1 ^ 2", "-1 ^ 2");
    check_print("1e300 + 1e-9 + 0x1f + NaN", "1e300 + 1e-9 + 31 + NaN");
    check_print("{\"x y\", a=\"1\"}", r#"{__name__="x y", a="1"}"#);
    check_print("x{a=\"1\" or b=\"2\"}", r#"x{a="1" or b="2"}"#);
    check_print("x[1.5]", "x[1500ms]");
    check_print("x # comment\n + y", "x + y");
    check_print("x[1d]", "x[24h]");
}

#[test]
fn quotes_backslashes_and_newlines_are_escaped() {
    check_print("x{a=\"q\\\"b\\\\n\\nü\\x01\"}", "x{a=\"q\\\"b\\\\n\\nü\\x01\"}");
    check_print("x{a=`q\"b`}", "x{a=\"q\\\"b\"}");
    check_print("x{a='it\\'s'}", "x{a=\"it's\"}");
}

#[test]
fn caps_hold_before_the_parser() {
    check_refused(&"abs(".repeat(10_000), "deeper");
    check_refused(&"(".repeat(100_000), "longer");
    check_refused(&format!("{}x", "-".repeat(100)), "deeper");
    check_refused(&"x + ".repeat(300), "operators");
    check_refused(&"x,".repeat(1000), "names");
    check_refused(&" ".repeat(9000), "outside of quotes");
    check_refused(&format!("x{{a=\"{}\"}}", "y".repeat(70_000)), "longer");
    check_refused("x{a=\"b", "quote");
    check_refused("x{a=\"b\n\"}", "quote");
    check_refused("sum(x", "not closed");
    check_refused("sum(x]", "closes none");
    check_refused("x\0", "character");
    check_refused("\u{a0}x", "character");
    check_refused("", "");
    let many = vec!["x"; 65].join(" + ");
    check_refused(&many, "selectors");
}

#[test]
fn what_the_parser_would_misread_is_refused() {
    check_refused(r#"x{a="\xff"}"#, "escapes");
    check_refused(r#"x{a="\377"}"#, "octal");
    check_refused(r"x{a=`\``}", "back-tick");
    check_refused("x[1d99999999999s]", "too long");
    check_refused("x[1e300]", "seconds");
    check_refused("x offset 1e300", "seconds");
    check_refused("x offset -1e300", "seconds");
    check_refused("x offset NaN", "duration");
    check_refused("x offset # comment\n -Inf", "duration");
    check_refused("x[0.0004]", "seconds");
}

#[test]
fn every_allowed_maximum_parses_on_a_small_stack() {
    let texts = [
        format!("{}x{}", "(".repeat(64), ")".repeat(64)),
        format!("{}x", "-".repeat(64)),
        format!("{}x{}", "abs(".repeat(64), ")".repeat(64)),
        vec!["1"; 257].join(" + "),
        vec!["x"; 64].join(" or "),
    ];
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let work = move || texts.iter().for_each(|text| drop(Expr::parse(text).unwrap()));
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn selectors_are_found_in_every_child() {
    let text = "quantile(scalar(p{a=\"1\"}), rate(x[5m] offset 1h)) + (-y @ end()) * max_over_time(z[1h:1m]) \
                + clamp(x, scalar(c), 2)";
    assert_eq!(selectors(text).unwrap(), ["p{a=\"1\"}", "x", "y", "z", "c"]);
}

fn render(template: &str, value: &str) -> Result<String, Error> {
    Template::parse(template)?.render(&mut |_| Ok(value.to_owned()))
}

#[track_caller]
fn check_place(template: &str, position: usize, part: &str) {
    match render(template, "v") {
        Err(Error::Placeholder { position: at, message }) => {
            assert_eq!(at, position);
            assert!(message.contains(part), "{message:?} does not say {part:?}");
        }
        other => panic!("{template:?} gave {other:?}"),
    }
}

#[test]
fn a_value_stands_for_itself() {
    let text = "sum(up{pool=\"{{ target.pool }}\"}) - 1";
    assert_eq!(render(text, "web").unwrap(), "sum(up{pool=\"web\"}) - 1");
    assert_eq!(
        render(text, "a\", ns=\"b\\\n{{x}}").unwrap(),
        "sum(up{pool=\"a\\\", ns=\\\"b\\\\\\n{{x}}\"}) - 1"
    );
}

#[test]
fn a_value_in_a_regex_is_escaped() {
    assert_eq!(render("x{a=~\"{{v}}\"}", "web-1.x|y").unwrap(), r#"x{a=~"web-1\\.x\\|y"}"#);
    assert_eq!(render("x{a!~\"p{{v}}+\"}", "ab").unwrap(), r#"x{a!~"p(?:ab)+"}"#);
    check_place("x{a=~\"[{{v}}]\"}", 7, "class");
    assert!(Template::parse("x{a=~\"b\\\\{{v}}\"}").is_err());
}

#[test]
fn a_placeholder_stands_only_in_a_matcher_value() {
    check_place("{{ name }}{a=\"b\"}", 0, "matcher");
    check_place("x{ {{a}}=\"b\"}", 3, "matcher");
    check_place("x{\"{{a}}\"=\"b\"}", 3, "matcher");
    check_place("{\"{{a}}\"}", 2, "name of a metric");
    check_place("{__name__=~\"{{a}}\"}", 12, "name of a metric");
    check_place("label_replace(x, \"{{a}}\", \"b\", \"c\", \"d\")", 18, "matcher");
    check_place("x{a=\"{{ }}\"}", 5, "empty");
    check_place("x{a=\"{{ b\"}", 5, "not closed");
}

#[test]
fn refused_values_name_their_placeholder() {
    let template = Template::parse("x{a=\"1\", b=\"{{v}}\"}").unwrap();
    assert_eq!(template.placeholders()[0].expression, "v");
    for value in ["", "a\0", &"y".repeat(2000)] {
        let error = template.render(&mut |_| Ok(value.to_owned())).unwrap_err();
        assert!(matches!(error, Error::Placeholder { position: 12, .. }), "{error:?}");
    }
    let error = template.render(&mut |expr| Err(format!("no {expr}"))).unwrap_err();
    assert_eq!(error.to_string(), "placeholder at byte 12: no v");
}

#[test]
fn positions_are_those_of_the_template() {
    let error = Template::parse("x{a=\"{{ a.very.long.expression.of.a.target }}\"} ]").unwrap_err();
    assert!(matches!(error, Error::BadQuery { position: 48, .. }), "{error:?}");
}

#[test]
fn a_value_that_looks_like_a_mark_stays_a_value() {
    let template = Template::parse("x{a=\"{{p}}{{q}}\"}").unwrap();
    let mut answers = ["xplaceholder1x".to_owned(), "Q".to_owned()].into_iter();
    let text = template.render(&mut |_| Ok(answers.next().unwrap())).unwrap();
    assert_eq!(text, "x{a=\"xplaceholder1xQ\"}");
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,3}".prop_map(|name| format!("m_{name}")),
        "\\PC{0,8}".prop_map(|v| {
            let mut out = String::from("m{l=");
            print::string(&mut out, &v);
            out.push('}');
            out
        }),
        (0_u32..100_000).prop_map(|n| n.to_string()),
        Just("m[5m:30s] @ end() offset -1h".to_owned()).prop_map(|s| format!("max_over_time({s})")),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|e| format!("({e})")),
            inner.clone().prop_map(|e| format!("-({e})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) + ({b})")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("vector(scalar(vector(1))) * on() ({a}) / ({b})")),
            inner.clone().prop_map(|e| format!("sum by (a, b) (vector(1) + ({e}))")),
            inner.prop_map(|e| format!("quantile(scalar(vector(1) * ({e})), m_q{{x!~\"a.*\"}})")),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_parsing_are_inverse(text in expression()) {
        // Not every generated text is of the right types; what parses must survive.
        if let Ok(expr) = Expr::parse(&text) {
            let printed = expr.to_string();
            let again = Expr::parse(&printed).unwrap();
            prop_assert_eq!(again.to_string(), printed);
            prop_assert!(again == expr);
        } else if let Ok(raw) = ast::parse(&text) {
            prop_assert!(false, "our caps or printer refuse {}", raw);
        }
    }

    #[test]
    fn any_value_stays_inside_its_matcher(value in "\\PC{1,40}|[\"\\\\\n\r\t{}=,|.*]{1,20}") {
        for template in ["m{a=\"x{{ v }}y\", b=\"c\"}", "m{a!=\"{{v}}\"}"] {
            let text = render(template, &value).unwrap();
            let Expr(ast::Expr::VectorSelector(selector)) = Expr::parse(&text).unwrap() else {
                panic!("{text} is no selector");
            };
            prop_assert!(selector.matchers.matchers[0].value.contains(&value));
        }
        let text = render("m{a=~\"{{ v }}\"}", &value).unwrap();
        let Expr(ast::Expr::VectorSelector(selector)) = Expr::parse(&text).unwrap() else {
            panic!("{text} is no selector");
        };
        prop_assert!(selector.matchers.matchers[0].is_match(&value));
        let longer = format!("{value}z");
        prop_assert!(!selector.matchers.matchers[0].is_match(&longer));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9(){}\\[\\]\"'` .,:@+*/<>=!~#eoffset-]{0,60}") {
        drop(Expr::parse(&text));
        drop(Template::parse(&text));
    }
}
