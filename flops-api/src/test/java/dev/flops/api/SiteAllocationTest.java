package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SiteAllocationTest {
    @Test
    void holdsOneAllocationPerSite() {
        SiteAllocation n = SiteAllocation.of(Allocation.of(1, 2), Allocation.of(3, 4), Allocation.of(5, 6));
        assertThat(n.sites()).isEqualTo(3);
        assertThat(n.examples()).isEqualTo(2);
        assertThat(n.samples(1, 2)).isEqualTo(6);
        assertThat(n.site(1)).isEqualTo(Allocation.of(3, 4));
        assertThat(n.total()).isEqualTo(21);
        assertThat(n).isNotEqualTo(SiteAllocation.same(Allocation.of(1, 2), 3));
        assertThat(SiteAllocation.same(Allocation.of(1, 2), 2))
                .isEqualTo(SiteAllocation.of(Allocation.of(1, 2), Allocation.of(1, 2)));
    }

    @Test
    void refusesSitesOfDifferentBatches() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SiteAllocation.of(Allocation.of(1, 2), Allocation.of(3)))
                .withMessage("bySite[1].examples = 1, expected 2");
        assertThatIllegalArgumentException()
                .isThrownBy(SiteAllocation::of)
                .withMessage("bySite is empty, expected one allocation per site");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SiteAllocation.same(Allocation.of(1), 0))
                .withMessage("sites = 0, expected >= 1");
    }
}
