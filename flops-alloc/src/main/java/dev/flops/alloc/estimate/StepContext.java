package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.NumericalException;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.network.SiteHook;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What both site modes share: the parts of an estimator, and which step it makes. An estimator makes one step at a time, and begins each
 * in the memory of the last.
 */
final class StepContext {
    private final Network network;
    private final LikelihoodRatioConfig config;
    private final EstimatorRules rules;
    private final TensorOps ops;
    private final PackedParameters parameters;
    private final CleanForward clean;
    private final Workers workers;
    private final StepMemory memory;
    private int step;
    private int[] examples = new int[0];
    private List<PerturbedSite> sites = List.of();

    /** A context without a step. */
    StepContext(
            Network network,
            LikelihoodRatioConfig config,
            EstimatorRules rules,
            TensorOps ops,
            PackedParameters parameters,
            CleanForward clean,
            Workers workers,
            StepMemory memory) {
        this.network = network;
        this.config = config;
        this.rules = rules;
        this.ops = ops;
        this.parameters = parameters;
        this.clean = clean;
        this.workers = workers;
        this.memory = memory;
    }

    /** Samples of a batch, after its clean forward, are perturbed at these sites from now on. */
    void begin(int nextStep, int[] batch, List<PerturbedSite> perturbed) {
        step = nextStep;
        examples = batch;
        sites = perturbed;
    }

    int[] examples() {
        return examples;
    }

    Network network() {
        return network;
    }

    List<PerturbedSite> sites() {
        return sites;
    }

    LikelihoodRatioConfig config() {
        return config;
    }

    EstimatorRules rules() {
        return rules;
    }

    TensorOps ops() {
        return ops;
    }

    PackedParameters parameters() {
        return parameters;
    }

    CleanForward clean() {
        return clean;
    }

    Workers workers() {
        return workers;
    }

    StepMemory memory() {
        return memory;
    }

    Workspace workspace(int worker) {
        return memory.replayer(worker).workspace();
    }

    LongAdder flops() {
        return memory.flops();
    }

    /** Replays rows of one block under a hook and writes their losses, from {@code firstRow} on. */
    void replay(int block, SampleRows rows, SiteHook hook, Replayer replayer, float[] losses, int firstRow) {
        ForwardContext context = replayer.context();
        context.replay(clean.recording(block), rows.recorded(), rows.count(), hook);
        Tensor outputs = context.run(network, clean.input(block)).tensor();
        clean.loss().perturbedInto(outputs, rows.example(), losses, firstRow, replayer.workspace());
        flops().add(context.flops() + rows.count() * clean.loss().flopsPerRow());
    }

    /** Sign of a row's noise: negative for the partner of an antithetic pair. */
    static float sign(SamplePlan plan, int row) {
        return row % plan.queriesPerSample() == 0 ? 1f : -1f;
    }

    /** The loss weight w of sample k of example i. */
    float weight(SamplePlan plan, float[] losses, int i, int k) {
        return weight(rules.weight(), plan, losses, i, k);
    }

    /** The weight of sample k of example i by a rule. */
    float weight(EstimatorRules.WeightRule rule, SamplePlan plan, float[] losses, int i, int k) {
        int row = plan.row(i, k);
        float minus = plan.queriesPerSample() == 2 ? losses[row + 1] : Float.NaN;
        return rule.weight(losses[row], minus, clean.loss().losses()[i]);
    }

    /** The factor of w ε in ĝ at a site. */
    double scale(SamplePlan plan, int i, PerturbedSite site) {
        return plan.weight(i)
                * rules.scale().scale(site.sigma(), plan.samples(i), plan.batchSize(), plan.totalSamples());
    }

    /** Σ_k w_ik² / n_i. */
    double meanSquaredWeight(SamplePlan plan, float[] losses, int i) {
        double sum = 0;
        for (int k = 0; k < plan.samples(i); k++) {
            double w = weight(plan, losses, i, k);
            sum += w * w;
        }
        return sum / plan.samples(i);
    }

    /** E‖direction‖² at a site per unit of w/σ: E‖J(h_i)ᵀ ε‖² for activations. */
    double directionNorm(PerturbedSite site, int i) {
        int block = clean.block(i);
        int row = i - clean.start(block);
        Tensor input = clean.recording(block).siteInput(site.site());
        Tensor output = clean.recording(block).siteOutput(site.site());
        return site.directionNorm(ops, input, output, row);
    }

    /** The squared norm of a score direction, E‖direction‖²/σ². */
    double scoreNorm(PerturbedSite site, int i) {
        return directionNorm(site, i) / (site.sigma() * site.sigma());
    }

    /** Opens a window of the clean forward; what is recorded again is spent again. */
    void open(int window, CostLedger ledger) {
        long begun = System.nanoTime();
        if (clean.open(window, workers)) {
            int last = clean.endBlock(window) - 1;
            ledger.addQueries(CostLedger.Kind.CLEAN, clean.end(last) - clean.start(clean.firstBlock(window)));
            ledger.addFlops(clean.flops(window));
            ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        }
    }

    /** Looks at the losses of the examples {@code from} to {@code to}; {@code site} is the one perturbed, null if all are. */
    void requireFinite(SamplePlan plan, float[] losses, int from, int to, @Nullable Site site) {
        for (int i = from; i < to; i++) {
            for (int row = plan.row(i, 0); row < plan.row(i, plan.samples(i)); row++) {
                if (!Float.isFinite(losses[row])) {
                    throw new NumericalException("perturbed loss = " + losses[row] + " for example " + examples[i]
                            + ", sample " + (row - plan.row(i, 0)) / plan.queriesPerSample()
                            + (site == null ? "" : ", site " + site.name()) + " in step " + step);
                }
            }
        }
    }
}
