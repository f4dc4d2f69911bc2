package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoconScannerTest {
    private static String duplicates(String text) {
        return String.join(
                " ",
                HoconScanner.scan(text).duplicates().stream()
                        .map(d -> d.key() + "@" + d.firstLine() + "," + d.line())
                        .toList());
    }

    @Test
    void sameKeyTwice() {
        assertThat(duplicates("a = 1\na = 2\n")).isEqualTo("a@1,2");
    }

    @Test
    void samePathInTwoSpellings() {
        assertThat(duplicates("a { b : 1 }\n\na.\"b\" = 2\n")).isEqualTo("a.b@1,3");
    }

    @Test
    void blocksMerge() {
        assertThat(duplicates("a { b = 1 }\na { c = 1 }\na = { d = 1 }\n")).isEmpty();
    }

    @Test
    void listHidesList() {
        assertThat(duplicates("a = [\n1,\n2]\na = [3]\n")).isEqualTo("a@1,4");
    }

    @Test
    void valueHidesBlock() {
        assertThat(duplicates("a { b = 1 }\na = off\n")).isEqualTo("a@1,2");
    }

    @Test
    void optionalSubstitutionIsAnOverrideOnPurpose() {
        assertThat(duplicates("a = 1\na = ${?A}\n")).isEmpty();
    }

    @Test
    void valueBuiltOnItsFormerSelfIsNoDuplicate() {
        assertThat(duplicates("a = [1]\na = ${a} [2]\na += 3\n")).isEmpty();
    }

    @Test
    void elementsOfAListAreApart() {
        assertThat(duplicates("a = [ { b = 1 }, { b = 2 } ]\n")).isEmpty();
    }

    @Test
    void duplicateWithinAnElement() {
        assertThat(duplicates("a = [ { b = 1 }\n { c = 1, b = 2\n b = 3 } ]\n")).isEqualTo("a[1].b@2,3");
    }

    @Test
    void commentsDoNotCount() {
        assertThat(duplicates("a = 1 # a = 2\n# a = 3\n// a = 4\nb = x // a = 5\n"))
                .isEmpty();
    }

    @Test
    void textInQuotesDoesNotCount() {
        assertThat(duplicates("a = \"}\\\" a = 2\"\nb = \"\"\"\na = 3\n\"\"\"\nc = \"x\"\n"))
                .isEmpty();
    }

    @Test
    void linesGoOnAfterTripleQuotes() {
        assertThat(duplicates("a = \"\"\"\n\n\"\"\"\na = 1\n")).isEqualTo("a@1,4");
    }

    @Test
    void commasSeparateFields() {
        assertThat(duplicates("a { b = 1, c = 2, b = 3 }")).isEqualTo("a.b@1,1");
    }

    @Test
    void substitutionFollowedByABlockMerges() {
        assertThat(duplicates("a = ${x} { b = 1 }\na { c = 2 }\n")).isEmpty();
    }

    @Test
    void jsonIsReadToo() {
        assertThat(duplicates("{\n\"a\": 1,\n\"a\": 2\n}\n")).isEqualTo("a@2,3");
    }

    @Test
    void valueOnTheNextLine() {
        assertThat(duplicates("a =\n  1\na = 2\n")).isEqualTo("a@1,3");
    }

    @Test
    void includesHaveTheirLines() {
        assertThat(HoconScanner.scan(
                                "# include \"no\"\ninclude \"a\"\nb { include required(file(\"c d\")) }\ninclude = 1\n")
                        .includes())
                .containsExactly(new HoconScanner.Include("a", 2), new HoconScanner.Include("c d", 3));
    }

    @Test
    void brokenTextEnds() {
        assertThat(HoconScanner.scan("}}{{[[\"a = ${ \"\"\" = , += :").includes())
                .isEmpty();
    }
}
