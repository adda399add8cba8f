package dev.flops.verify.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SuiteLedger.class)
class MeanTestDesignTest {
    @Test
    void sampleSizeFollowsFromTheRates() {
        // ((1.959964 + 1.281552) / 0.05)² = 4203.0 for α = 5 %, β = 10 %, δ = 0.05.
        assertThat(new MeanTestDesign(0.05, 0.05, 0.1, 0).sampleSize()).isEqualTo(4203);
        assertThat(new MeanTestDesign(0.5, 0.05, 0.1, 0).sampleSize()).isEqualTo(2000);
        // z = 4.891638 for α = 1e-6: (z³ · 2 / (6 · 0.2))² = 38053.5.
        assertThat(new MeanTestDesign(0.5, 1e-6, 0.1, 2).sampleSize()).isBetween(38_050, 38_057);
    }

    @Test
    void quantilesAreAccurateFarOut() {
        assertThat(NormalTails.quantile(0.025)).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(NormalTails.quantile(5e-7)).isCloseTo(4.891638475699, within(1e-9));
        assertThat(NormalTails.upper(6)).isCloseTo(9.865876450377e-10, within(1e-20));
    }

    @Test
    void tooFewOrTooSkewedSamplesAreInvalid() {
        MeanTestDesign design = new MeanTestDesign(0.5, 1e-3, 1e-3, 0);
        Moments few = new Moments();
        for (int i = 0; i < 1999; i++) {
            few.add(i % 2);
        }
        assertThat(design.test("few", few, 0.5, 0).verdict()).isEqualTo(Verdict.INVALID);
        few.add(1);
        assertThat(design.test("enough", few, 0.5, 0).verdict()).isEqualTo(Verdict.ACCEPTED);
        Moments skewed = new Moments();
        for (int i = 0; i < 3000; i++) {
            skewed.add(i == 7 ? 1000 : i % 2);
        }
        assertThat(design.test("skewed", skewed, 0.5, 0).verdict()).isEqualTo(Verdict.INVALID);
    }

    @Test
    void equalSamplesAreComparedAsTheyAre() {
        Moments constant = new Moments();
        for (int i = 0; i < 2000; i++) {
            constant.add(3);
        }
        MeanTestDesign design = new MeanTestDesign(0.5, 1e-3, 1e-3, 0);
        assertThat(design.test("right", constant, 3, 0).verdict()).isEqualTo(Verdict.ACCEPTED);
        assertThat(design.test("wrong", constant, 3.001, 0).verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(design.test("tolerated", constant, 3.001, 0.01).verdict()).isEqualTo(Verdict.ACCEPTED);
        assertThat(design.testAtMost("below", constant, 3.5).verdict()).isEqualTo(Verdict.ACCEPTED);
        assertThat(design.testAtMost("above", constant, 2.5).verdict()).isEqualTo(Verdict.REJECTED);
    }

    /** The rates are what they are declared to be: both measured over 3000 runs with exponential samples. */
    @Test
    void ratesOfErrorAreTheDeclaredOnes(FalseAlarmLedger ledger) {
        MeanTestDesign design = new MeanTestDesign(0.08, 0.05, 0.1, 2);
        BoundedMeanTest frequency = new BoundedMeanTest(0, 1, 0.065, 5e-6, 1e-3);
        assertThat(frequency.sampleSize()).isLessThan(3000);
        ledger.declare("rates of a mean test", 2 * frequency.alpha());
        SplittableRandom random = new SplittableRandom(TestSeeds.of("rates of a mean test"));
        int alarms = 0;
        int misses = 0;
        for (int run = 0; run < 3000; run++) {
            Moments moments = new Moments();
            for (int i = 0; i < design.sampleSize(); i++) {
                moments.add(-Math.log(1 - random.nextDouble()));
            }
            alarms += design.test("mean is 1", moments, 1, 0).verdict() == Verdict.REJECTED ? 1 : 0;
            misses += design.test("mean is 1.08", moments, 1.08, 0).verdict() == Verdict.REJECTED ? 0 : 1;
        }
        TestResult alarmRate = frequency.test("false alarms", alarms / 3000.0, 3000, design.alpha());
        assertThat(alarmRate.verdict()).as("%s", alarmRate).isEqualTo(Verdict.ACCEPTED);
        // n is rounded up to 2000 and to the skewness, so that the rate of misses is below the declared one.
        assertThat(misses / 3000.0).isLessThan(design.beta() + 0.05);
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> new MeanTestDesign(0, 0.1, 0.1, 0)).hasMessageContaining("delta = 0.0");
        assertThatThrownBy(() -> new MeanTestDesign(1, 1, 0.1, 0)).hasMessageContaining("alpha = 1.0");
        assertThatThrownBy(() -> new MeanTestDesign(1, 0.1, 0, 0)).hasMessageContaining("beta = 0.0");
        assertThatThrownBy(() -> new MeanTestDesign(1, 0.1, 0.1, -1)).hasMessageContaining("skewness = -1.0");
        assertThatThrownBy(() -> new MeanTestDesign(1, 0.1, 0.1, 0).forEachOf(0))
                .hasMessageContaining("count = 0");
        assertThatThrownBy(() -> new Moments().add(Double.NaN)).hasMessageContaining("x = NaN");
    }
}
