use super::*;

const DESCRIPTION: &str = r##"
info:
  title: Things
  description: |
    What it is.
tags:
  - name: Things
    description: All of them.
security:
  - person: []
paths:
  /things/{id}:
    put:
      operationId: put-thing
      tags: [Things]
      summary: Puts a thing.
      description: "Twice is | once."
      parameters:
        - { $ref: "#/components/parameters/Id" }
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Thing" }
            examples:
              small: { summary: A small one, value: { name: a, sizes: [1] } }
      responses:
        "200":
          description: It is there.
          headers: { X-Id: {} }
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Thing" }
        "404": { $ref: "#/components/responses/NotFound" }
components:
  parameters:
    Id: { name: id, in: path, required: true, description: Which one., schema: { type: string, maxLength: 9 } }
  securitySchemes:
    person: { description: A token. }
  responses:
    NotFound:
      description: There is none.
      headers: { X-Id: {} }
      content:
        application/json:
          schema: { $ref: "#/components/schemas/Thing" }
          example: { name: none }
  schemas:
    Thing:
      description: A thing.
      required: [name]
      properties:
        name: { description: What it is called., enum: [a, none] }
        sizes: { type: array, maxItems: 3, items: { type: integer } }
        maker: { type: [object, "null"], properties: { id: { type: string, minLength: 1 } } }
    Named:
      $ref: "#/components/schemas/Thing"
      properties: { name: { const: a } }
    Perhaps:
      oneOf:
        - { title: A thing, $ref: "#/components/schemas/Thing" }
        - { description: None., type: "null" }
"##;

#[test]
fn a_page_has_every_operation_answer_and_shape() {
    let page = of_description(DESCRIPTION).unwrap();
    for line in [
        "# Things: the API",
        "What it is.",
        "| [put-thing](#put-thing) | `PUT /things/{id}` | Puts a thing. |",
        "## Things",
        "### put-thing",
        "Twice is | once.",
        "Credential: `person`.",
        "| `id` | path | string, at most 9 characters, required | Which one. |",
        "**Body** `application/json`: [Thing](#thing)",
        "A small one:",
        r#"{ "name": "a", "sizes": [1] }"#,
        "| 200 | [Thing](#thing) | `X-Id` | It is there. |",
        "And: 404 [NotFound](#answer-notfound).",
        "### Answer NotFound",
        "Headers: `X-Id`.",
        r#"{ "name": "none" }"#,
        "### Thing",
        r#"| `name` | `"a"` or `"none"` | What it is called. |"#,
        "| `sizes` | array of integer, at most 3, optional |  |",
        "| `maker` | object or null, optional |  |",
        "| `maker.id` | string, not empty, optional |  |",
        "All of [Thing](#thing), and:",
        r#"| `name` | `"a"` |  |"#,
        "- A thing: [Thing](#thing)",
        "- None: null",
    ] {
        assert!(page.lines().any(|own| own == line), "no line `{line}` in\n{page}");
    }
    assert!(page.ends_with('\n') && !page.ends_with("\n\n"));
}

#[test]
fn an_example_that_is_too_long_for_a_line_has_a_line_for_each_part() {
    let long = "x".repeat(100);
    let name = format!("value: {{ name: a, sizes: [1], maker: {{ id: {long} }} }}");
    let text = DESCRIPTION.replace("value: { name: a, sizes: [1] }", &name);
    let page = of_description(&text).unwrap();
    let block = format!(
        "```json\n{{\n  \"name\": \"a\",\n  \"sizes\": [1],\n  \"maker\": {{ \"id\": \"{long}\" }}\n}}\n```"
    );
    assert!(page.contains(&block), "{page}");
}
