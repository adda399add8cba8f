package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

final class ShareLinkTest {
    @Test
    void softmaxByHand() {
        double[] shares = new double[3];
        ShareLink.softmaxInto(new double[] {Math.log(1), Math.log(2), Math.log(5)}, shares);
        assertThat(shares).containsExactly(new double[] {0.125, 0.25, 0.625}, within(1e-15));
        ShareLink.softmaxInto(new double[] {-2000, 2000, 2000}, shares);
        assertThat(shares).containsExactly(0, 0.5, 0.5);
    }

    @Property(tries = 200)
    void softmaxDoesNotSeeACommonOffset(@ForAll long seed, @ForAll @DoubleRange(min = -10, max = 10) double offset) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] u = new double[random.nextInt(1, 50)];
        double[] moved = new double[u.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = 2 * random.nextGaussian();
            moved[i] = u[i] + offset;
        }
        double[] shares = new double[u.length];
        double[] movedShares = new double[u.length];
        ShareLink.softmaxInto(u, shares);
        ShareLink.softmaxInto(moved, movedShares);
        assertThat(movedShares).containsExactly(shares, within(1e-13));
    }

    @Test
    void positivePartByHand() {
        double[] shares = new double[4];
        ShareLink.positivePartInto(new double[] {1, -5, 3, 0}, shares);
        assertThat(shares).containsExactly(0.25, 0, 0.75, 0);
    }

    @Test
    void positivePartWithoutAnyPositiveScoreIsEqual() {
        double[] shares = new double[4];
        ShareLink.positivePartInto(new double[] {-1, -5, 0, -0.0}, shares);
        assertThat(shares).containsExactly(0.25, 0.25, 0.25, 0.25);
    }
}
