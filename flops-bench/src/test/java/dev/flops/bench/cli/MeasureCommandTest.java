package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.measure.SeedReplayMeasurement;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeasureCommandTest {
    /** The further back a site lies, the fewer operations are behind it. */
    @Test
    void theSuffixShrinksFromSiteToSite() {
        Program program = Program.run("measure");
        assertThat(program.exitCode()).isZero();
        List<String> lines = program.out().lines().toList();
        assertThat(lines).hasSize(11);
        assertThat(lines.getFirst()).startsWith("site").contains("FLOP/whole");
        assertThat(lines.get(1)).startsWith("patch_embed.proj");
        double before = 1;
        for (String line : lines.subList(1, lines.size())) {
            double share = Double.parseDouble(line.split(" +")[4]);
            assertThat(share).isLessThan(before);
            before = share;
        }
    }

    @Test
    void seedReplayHoldsOneCopyOfTheParameters() {
        var config = new VisionTransformerConfig(28, 1, 7, 192, 4, 3, 768, 10);
        var measured = SeedReplayMeasurement.of(TensorOps.of(SimdWidth.AUTO), config, 1, 1);
        assertThat(measured.parameterBytes()).isEqualTo(4L * measured.parameters());
        assertThat(measured.peakBytes())
                .isGreaterThan(measured.parameterBytes())
                .isLessThan(measured.parameterBytes() * 3 / 2);
        assertThat(measured.perturbedToClean()).isPositive();
        assertThat(measured.pairToTwoClean()).isPositive();
    }

    @Test
    void countsBelowOneAreWrongUsage() {
        Program program = Program.run("measure", "--seed-replay", "--rounds=0");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err()).contains("--rounds = 0, expected >= 1");
    }
}
