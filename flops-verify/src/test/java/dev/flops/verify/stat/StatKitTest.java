package dev.flops.verify.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatKitTest {
    @Test
    void momentsEqualTheirDefinition() {
        double[] values = {1, 4, 4, 7, -3, 11, 2};
        Moments moments = new Moments();
        double mean = 0;
        for (double x : values) {
            moments.add(x);
            mean += x / values.length;
        }
        double second = 0;
        double third = 0;
        for (double x : values) {
            second += (x - mean) * (x - mean) / values.length;
            third += (x - mean) * (x - mean) * (x - mean) / values.length;
        }
        assertThat(moments.count()).isEqualTo(7);
        assertThat(moments.mean()).isCloseTo(mean, within(1e-13));
        assertThat(moments.variance()).isCloseTo(second * 7 / 6, within(1e-12));
        assertThat(moments.skewness()).isCloseTo(third / Math.pow(second, 1.5), within(1e-12));
    }

    private static TestResult result(double pValue) {
        return new TestResult("p = " + pValue, 2000, 0.05, 0.1, 0, 0, 0, pValue, Verdict.ACCEPTED);
    }

    @Test
    void holmStepsDownUntilTheFirstAcceptance() {
        List<TestResult> corrected =
                HolmCorrection.apply(List.of(result(0.04), result(0.01), result(0.03), result(0.005)), 0.05);
        assertThat(corrected)
                .extracting(TestResult::verdict)
                .containsExactly(Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED, Verdict.REJECTED);
        assertThat(corrected.get(3).alpha()).isEqualTo(0.05 / 4);
        assertThat(corrected.get(1).alpha()).isEqualTo(0.05 / 3);
        assertThat(corrected.get(2).alpha()).isEqualTo(0.05 / 2);
    }

    @Test
    void holmLeavesInvalidResultsInvalid() {
        List<TestResult> corrected =
                HolmCorrection.apply(List.of(result(1e-9).withVerdict(0.05, Verdict.INVALID), result(0.5)), 0.05);
        assertThat(corrected).extracting(TestResult::verdict).containsExactly(Verdict.INVALID, Verdict.ACCEPTED);
    }

    @Test
    void boundedTestNeedsTheSamplesThatHoeffdingAsksFor() {
        BoundedMeanTest test = new BoundedMeanTest(0, 1, 0.1, 0.05, 0.1);
        // (√ln 40 + √ln 10)² / (2 · 0.01) = 591.3.
        assertThat(test.sampleSize()).isEqualTo(592);
        assertThat(test.test("few", 0.5, 591, 0.5).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(test.test("right", 0.55, 592, 0.5).verdict()).isEqualTo(Verdict.ACCEPTED);
        TestResult wrong = test.test("wrong", 0.6, 592, 0.5);
        assertThat(wrong.verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(wrong.pValue()).isCloseTo(2 * Math.exp(-11.84), within(1e-12));
    }

    @Test
    void ledgerAddsUpAndRefusesToGoOver() {
        FalseAlarmLedger ledger = new FalseAlarmLedger(1e-3);
        ledger.declare("first", 4e-4);
        ledger.declare("second", 4e-4);
        ledger.declare("first", 1e-4);
        assertThatThrownBy(() -> ledger.declare("third", 2e-4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("third");
        assertThat(ledger.total()).isCloseTo(9e-4, within(1e-18));
        assertThat(ledger.report())
                .contains("first")
                .contains("second")
                .doesNotContain("third")
                .contains("sum");
    }
}
