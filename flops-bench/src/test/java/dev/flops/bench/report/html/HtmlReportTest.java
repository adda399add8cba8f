package dev.flops.bench.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final String START = "<script type=\"application/json\" id=\"data\">";

    private static HtmlReport report(String title) {
        Series line = Series.of("loss", List.of(0.0, 1.5), Arrays.asList(2.0, null));
        return new HtmlReport(
                title,
                "a summary",
                List.of(new Table("numbers", List.of("what", "value"), List.of(List.of("steps", "10")))),
                List.of(new Chart("learning", "queries", "loss", List.of(line))),
                "./flops train");
    }

    private static JsonNode data(String html) throws IOException {
        int from = html.indexOf(START) + START.length();
        return JsonMapper.builder().build().readTree(html.substring(from, html.indexOf("</script>", from)));
    }

    @Test
    void thePageHoldsItsData() throws IOException {
        JsonNode data = data(report("a run").html());
        assertThat(data.get("title").textValue()).isEqualTo("a run");
        assertThat(data.at("/tables/0/rows/0/1").textValue()).isEqualTo("10");
        assertThat(data.at("/charts/0/series/0/x/1").doubleValue()).isEqualTo(1.5);
        assertThat(data.at("/charts/0/series/0/y/1").isNull()).isTrue();
    }

    @Test
    void thePageLoadsNothingFromElsewhere() {
        String html = report("a run").html();
        assertThat(html).doesNotContainPattern("(src|href)\\s*=").doesNotContain("@import", "url(");
        assertThat(html).contains("uPlot").doesNotContain("/*CHART-", "/*SCRIPT*/", "/*STYLE*/", "/*DATA*/");
    }

    @Test
    void textCannotBecomeMarkup() throws IOException {
        String hostile = "</script><b>\"&amp;'\\u003c/*DATA*/";
        String html = report(hostile).html();
        assertThat(html).doesNotContain("</script><b>").contains("<title>&lt;/script&gt;&lt;b&gt;");
        assertThat(data(html).get("title").textValue()).isEqualTo(hostile);
    }

    @Test
    void partsMustFit() {
        assertThatThrownBy(() -> Series.of("x", List.of(1.0, 0.5), Arrays.asList(1.0, 2.0)))
                .hasMessageContaining("x[1] = 0.5");
        assertThatThrownBy(() -> Series.of("x", List.of(1.0), List.of())).hasMessageContaining("y has 0 values");
        assertThatThrownBy(() -> new Table("t", List.of("a", "b"), List.of(List.of("1"))))
                .hasMessageContaining("expected 2");
        assertThatThrownBy(() -> new Chart("t", "x", "y", List.of())).hasMessageContaining("series is empty");
    }
}
