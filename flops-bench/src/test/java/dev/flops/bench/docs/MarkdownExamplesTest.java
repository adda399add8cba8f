package dev.flops.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code that a page quotes is code that is compiled and run by the tests. */
final class MarkdownExamplesTest {
    private static final Path ROOT = Path.of("..");

    @TempDir
    private Path folder;

    @Test
    void everyMarkedBlockEqualsItsFile() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
        }
        List<String> sources = new ArrayList<>();
        for (Path page : pages) {
            for (MarkdownExamples.Example example : MarkdownExamples.of(ROOT, page)) {
                assertThat(example.quoted())
                        .as("%s line %d quotes %s", page, example.line(), example.source())
                        .isEqualTo(example.original());
                sources.add(example.source());
            }
        }
        assertThat(sources)
                .anyMatch(source -> source.endsWith("VerifyYourOwnTest.java"))
                .anyMatch(source -> source.endsWith("MinimalExample.java"))
                .anyMatch(source -> source.endsWith("YourOwnModelExample.java"))
                .anyMatch(source -> source.endsWith("AlignmentExample.java"));
    }

    @Test
    void aBlockThatDiffersIsFound() throws IOException {
        Files.writeString(
                folder.resolve("A.java"), "class A {\n    // region f\n    int f = 1;\n    // endregion\n}\n");
        Path page = folder.resolve("page.md");
        Files.writeString(
                page,
                "text\n<!-- example: A.java#f -->\n```java\nint f = 2;\n```\n<!-- example: A.java -->\n```\nx\n```\n");
        List<MarkdownExamples.Example> examples = MarkdownExamples.of(folder, page);
        assertThat(examples).hasSize(2);
        assertThat(examples.get(0).line()).isEqualTo(2);
        assertThat(examples.get(0).quoted()).isEqualTo("int f = 2;");
        assertThat(examples.get(0).original()).isEqualTo("int f = 1;");
        assertThat(examples.get(1).original()).startsWith("class A {").endsWith("}");
    }

    @Test
    void brokenMarksAreRefused() throws IOException {
        Files.writeString(folder.resolve("A.java"), "class A {}\n// region open\n");
        Path page = folder.resolve("page.md");
        Files.writeString(page, "<!-- example: A.java#none -->\n```java\n```\n");
        assertThatThrownBy(() -> MarkdownExamples.of(folder, page)).hasMessageContaining("no region none");
        Files.writeString(page, "<!-- example: A.java#open -->\n```java\n```\n");
        assertThatThrownBy(() -> MarkdownExamples.of(folder, page)).hasMessageContaining("no region open");
        Files.writeString(page, "<!-- example: A.java -->\ntext\n");
        assertThatThrownBy(() -> MarkdownExamples.of(folder, page)).hasMessageContaining("expected a code block");
        Files.writeString(page, "<!-- example: A.java -->\n```java\nclass A {}\n");
        assertThatThrownBy(() -> MarkdownExamples.of(folder, page)).hasMessageContaining("no end");
    }
}
