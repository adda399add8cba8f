/**
 * Query allocators: how many samples each example of a batch receives, given a sample budget N_s.
 *
 * <p>With independent perturbations the batch gradient has tr Cov(ĝ) = (1/B²) Σ v_i / n_i, with v_i the variance (trace of
 * the covariance) of one sample of example i's gradient. Every allocator here tries to make that sum small under
 * Σ n_i = N_s and n_i ≥ n_min:
 *
 * <ul>
 *   <li>{@link dev.flops.alloc.allocate.EqualAllocator} knows nothing, and is the baseline of every comparison;
 *   <li>{@link dev.flops.alloc.allocate.NeymanAllocator} plugs estimates v̂_i (remembered, EL2N, loss or pilot: see
 *       {@link dev.flops.alloc.allocate.AllocationSignal}) into the exact integer optimum that
 *       {@link dev.flops.alloc.allocate.NeymanSolver} computes;
 *   <li>{@link dev.flops.alloc.allocate.OracleAllocator} does the same with true variances, for tests;
 *   <li>{@link dev.flops.alloc.allocate.BernoulliAllocator} halves examples with small losses at random;
 *   <li>{@link dev.flops.alloc.allocate.ImportanceAllocator} draws examples instead, and weights them;
 *   <li>{@link dev.flops.alloc.allocate.GaussianAllocator} learns four numbers that turn features of the batch into shares;
 *   <li>{@link dev.flops.alloc.allocate.SwitchedAllocator} uses another one only while its gain pays for its operations;
 *   <li>{@link dev.flops.alloc.allocate.BiasedPooledControl} is a control of experiments, and biased.
 * </ul>
 *
 * <p>Where sites are perturbed one at a time, a {@link dev.flops.alloc.allocate.SiteAllocator} gives each example and site its own
 * number of samples: exactly by {@link dev.flops.alloc.allocate.SiteSolver}, or as a product of shares.
 *
 * <p>{@link dev.flops.alloc.allocate.VarianceMemory} keeps v̂ per example of the data set between steps, and
 * {@link dev.flops.alloc.allocate.AllocationDiagnostics} says what an allocation is worth.
 *
 * <p>Notes for developers.
 *
 * <ul>
 *   <li>An allocator is a value. {@code allocate} and {@code update} are pure; workspaces live within one call.
 *   <li>An allocation may depend on what is known before the step's perturbations are drawn. Nothing here ever sees a
 *       perturbed loss of the current step before {@code update}, whose result serves later steps.
 *   <li>An allocator takes its random numbers from the key of the request alone. The draw that is spent and the draws that
 *       are learned from are folded apart.
 *   <li>Everything is computed in double, with {@link java.lang.StrictMath}; inner loops of the factorisation work element
 *       by element, so that results do not depend on how they are compiled.
 *   <li>The choices that tests must be able to break (rounding, baseline of the policy gradient, the variance of equal
 *       allocation, the greedy key) are package-private functional interfaces with one production value each.
 * </ul>
 */
package dev.flops.alloc.allocate;
