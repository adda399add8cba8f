package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is verified here has a fixed seed and is exact: these runs are a function of the code, not of chance. */
final class VerifyCommandTest {
    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Test
    void jsonIsOneDocumentWithEveryFieldOfTheSchema() throws IOException {
        Program program = Program.run(
                "verify", "--estimator=spsa", "--problem=linear", "--alpha=0.01", "--seed=5", "--mutants", "--json");
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode document = mapper.readTree(program.out());
        assertThat(document.get("alpha").doubleValue()).isEqualTo(0.01);
        assertThat(document.get("beta").doubleValue()).isBetween(0.0, 1.0);
        assertThat(document.get("delta").doubleValue()).isPositive();
        assertThat(document.get("seed").longValue()).isEqualTo(5);
        assertThat(document.get("passed").booleanValue()).isTrue();
        assertThat(document.get("seconds").doubleValue()).isPositive();
        assertThat(document.get("provenance").has("revision")).isTrue();
        JsonNode cells = document.get("cells");
        assertThat(cells).hasSize(10);
        JsonNode original = cells.get(0);
        assertThat(original.get("estimator").textValue()).isEqualTo("spsa");
        assertThat(original.get("problem").textValue()).isEqualTo("linear");
        assertThat(original.get("mutant").isNull()).isTrue();
        assertThat(original.get("verdict").textValue()).isEqualTo("accepted");
        assertThat(original.get("asExpected").booleanValue()).isTrue();
        assertThat(original.get("seconds").doubleValue()).isPositive();
        assertThat(original.get("tests")).hasSize(9);
        JsonNode test = original.get("tests").get(8);
        assertThat(test.get("hypothesis").textValue()).contains("Cov");
        assertThat(test.get("samples").longValue()).isGreaterThan(2000);
        assertThat(test.get("alpha").doubleValue()).isBetween(0.0, 0.01);
        assertThat(test.get("beta").doubleValue()).isBetween(0.0, 1.0);
        assertThat(test.get("observed").doubleValue()).isPositive();
        assertThat(test.get("expected").doubleValue()).isPositive();
        assertThat(test.get("z").doubleValue()).isGreaterThanOrEqualTo(0);
        assertThat(test.get("pValue").doubleValue()).isBetween(0.0, 1.0);
        assertThat(test.get("verdict").textValue()).isEqualTo("accepted");
        assertThat(cells.findValuesAsText("mutant"))
                .containsExactly(
                        "null",
                        "missing-half",
                        "sigma-squared",
                        "sign",
                        "pooled",
                        "n-plus-one",
                        "forgotten-example",
                        "same-key",
                        "shorter-of-two",
                        "half-the-samples");
        assertThat(program.err()).doesNotContain("\r", "\u001b");
    }

    @Test
    void peopleReadATableWithAlignedColumns() {
        Program program = Program.run("verify", "--estimator=spsa,es-antithetic", "--problem=linear");
        assertThat(program.exitCode()).as(program.err()).isZero();
        List<String> lines = program.out().lines().toList();
        assertThat(lines.get(0)).contains("estimator", "problem", "verdict", "z", "n", "alpha", "beta", "H0");
        assertThat(lines.get(1)).startsWith("es-antithetic  linear   -       accepted");
        assertThat(lines.get(2)).startsWith("spsa           linear   -       accepted");
        assertThat(lines.getLast()).contains("all claims accepted: 2 claims, 0 mutants, alpha = 0.001");
    }

    @Test
    void whatIsFoundDoesNotDependOnThreads() throws IOException {
        String[] first = {"verify", "--estimator=spsa", "--problem=linear,quadratic", "--json", "--threads=1"};
        String[] second = first.clone();
        second[4] = "--threads=2";
        JsonNode alone = mapper.readTree(Program.run(first).out()).get("cells");
        JsonNode together = mapper.readTree(Program.run(second).out()).get("cells");
        assertThat(together.findValues("tests")).isEqualTo(alone.findValues("tests"));
    }

    @Test
    void varianceIsThatOfTheClosedFormAtEqualQueries() throws IOException {
        Program program = Program.run(
                "verify",
                "--variance",
                "--queries=60",
                "--estimates=2000",
                "--problem=linear,cubic",
                "--json",
                "--estimator=es-one-point,es-clean,es-antithetic,spsa-one-point,spsa-clean,spsa");
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode document = mapper.readTree(program.out());
        assertThat(document.get("queries").longValue()).isEqualTo(60);
        assertThat(document.get("estimates").intValue()).isEqualTo(2000);
        assertThat(document.get("rows")).hasSize(12);
        for (JsonNode row : document.get("rows")) {
            assertThat(row.get("queries").longValue()).as("%s", row).isBetween(55L, 60L);
            double error = row.get("varianceError").doubleValue();
            assertThat(row.get("variance").doubleValue() - row.get("closedForm").doubleValue())
                    .as("%s", row)
                    .isBetween(-5 * error, 5 * error);
            assertThat(row.get("cosine").doubleValue()).as("%s", row).isBetween(0.0, 1.0);
            assertThat(row.get("bias").doubleValue()).isPositive();
            assertThat(row.get("biasError").doubleValue()).isPositive();
            assertThat(row.get("perQuery").doubleValue()).isPositive();
            assertThat(row.get("seconds").doubleValue()).isPositive();
        }
    }

    @Test
    void varianceIsATableForPeople() {
        Program program = Program.run(
                "verify", "--variance", "--estimates=10", "--problem=linear", "--estimator=es-clean,coordinate-wise");
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out().lines()).hasSize(3);
        assertThat(program.out()).startsWith("problem  estimator").contains("closed form", "per query", "cosine");
    }

    @ParameterizedTest
    @CsvSource({"--queries=3, queries", "--estimates=1, estimates = 1"})
    void aMeasurementThatCannotBeIsRefusedInOneLine(String option, String message) {
        Program program = Program.run("verify", "--variance", option);
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains(message, "expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--estimator=backprop; estimator = backprop; spsa-clean, spsa, sphere",
                "--problem=sextic; problem = sextic; linear, quadratic, exponential, cubic, logistic, network",
                "--alpha=0; alpha = 0; expected a probability in (0, 1)",
                "--alpha=NaN; alpha = NaN; expected a probability in (0, 1)",
                "--threads=0; threads = 0; expected >= 1"
            })
    void wrongUsageIsRefusedInOneLine(String option, String found, String expected) {
        Program program = Program.run("verify", option);
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains(found, expected);
        assertThat(program.out()).isEmpty();
    }
}
