package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

@SuppressWarnings("EnumOrdinal") // Only to give each its own amount.
class CostLedgerTest {
    @Test
    void kindsAndPhasesAreCountedApartAndRestored() {
        CostLedger ledger = new CostLedger();
        long sum = 0;
        for (CostLedger.Kind kind : CostLedger.Kind.values()) {
            long count = 1 + 10L * kind.ordinal();
            ledger.addQueries(kind, count);
            ledger.addQueries(kind, count);
            sum += 2 * count;
        }
        for (CostLedger.Phase phase : CostLedger.Phase.values()) {
            ledger.addNanoseconds(phase, 1_000_000_000L << phase.ordinal());
        }
        ledger.addFlops(7);
        ledger.observeBytes(9);
        ledger.observeBytes(8);
        StateArrays saved = new StateArrays();
        ledger.saveTo(saved);
        CostLedger restored = new CostLedger();
        restored.addQueries(CostLedger.Kind.PILOT, 5);
        restored.restoreFrom(saved);
        for (CostLedger found : new CostLedger[] {ledger, restored}) {
            assertThat(found.queries()).isEqualTo(sum);
            for (CostLedger.Kind kind : CostLedger.Kind.values()) {
                assertThat(found.queries(kind)).isEqualTo(2 + 20L * kind.ordinal());
            }
            for (CostLedger.Phase phase : CostLedger.Phase.values()) {
                assertThat(found.seconds(phase)).isEqualTo(1 << phase.ordinal());
            }
            assertThat(found.flops()).isEqualTo(7);
            assertThat(found.peakBytes()).isEqualTo(9);
        }
    }

    @Test
    void whatIsNotAnAmountIsRefused() {
        CostLedger ledger = new CostLedger();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ledger.addQueries(CostLedger.Kind.CLEAN, -1))
                .withMessage("count = -1, expected >= 0");
        ledger.addQueries(CostLedger.Kind.CLEAN, Long.MAX_VALUE);
        assertThatThrownBy(() -> ledger.addQueries(CostLedger.Kind.CLEAN, 1)).isInstanceOf(ArithmeticException.class);
    }
}
