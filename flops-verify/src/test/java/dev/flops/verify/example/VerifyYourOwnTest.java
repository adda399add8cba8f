package dev.flops.verify.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.mutant.ContractMutants;
import dev.flops.verify.problem.StandardProblems;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.suite.Verification;
import dev.flops.verify.suite.VerificationDesign;
import dev.flops.verify.suite.VerificationReport;
import dev.flops.verify.support.SuiteLedger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What docs/verification.md shows. */
@ExtendWith(SuiteLedger.class)
class VerifyYourOwnTest {
    private static final double ALPHA = 1e-4;

    @Test
    void anEstimatorOfOnesOwnIsVerified(FalseAlarmLedger ledger) {
        ledger.declare("an estimator of one's own", ALPHA);
        VerificationReport report = verify();
        assertThat(report.passed()).as("%s", report).isTrue();
    }

    @Test
    void withADefectItIsRejected() {
        VerificationReport report = new Verification(VerificationDesign.DEFAULT)
                .verify(
                        EstimatorClaim.gaussian(
                                "wrong",
                                0.25,
                                SamplingScheme.ANTITHETIC,
                                (objective, parameters) -> ContractMutants.all()
                                        .getFirst()
                                        .alteration()
                                        .of(new CentralDifferenceEstimator(objective, parameters, 0.25f), 0.25)),
                        List.of(StandardProblems.linear()));
        assertThat(report.passed()).isFalse();
        assertThat(report.toString()).contains("wrong on linear: REJECTED");
    }

    // region verify
    static VerificationReport verify() {
        EstimatorClaim claim = EstimatorClaim.gaussian(
                "mine",
                0.25,
                SamplingScheme.ANTITHETIC,
                (objective, parameters) -> new CentralDifferenceEstimator(objective, parameters, 0.25f));
        return new Verification(VerificationDesign.DEFAULT.withAlpha(ALPHA), ContractMutants.all())
                .verify(claim, List.of(StandardProblems.cubic(), StandardProblems.logistic()));
    }
    // endregion
}
