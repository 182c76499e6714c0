using System.Text.Json;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;
using Batch = Microsoft.ML.Cnn.Tests.Testing.Batch;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>What holds for every layer. The layers are listed in <see cref="ConformanceCases"/>.</summary>
public class ConformanceTests
{
    /// <summary>Of single precision, relative to the largest number of a buffer.</summary>
    private const double Tolerance = 3e-5;

    /// <summary>Larger ones differ from smaller ones to the engine, not to the reference.</summary>
    private const long DifferencedProducts = 100_000;

    public static TheoryData<string> Names => [.. ConformanceCases.All.Select(@case => @case.Name)];

    /// <summary>All but dropout, which is held to its own mask in <see cref="DropoutConformanceTests"/>.</summary>
    public static TheoryData<string> NamesWithoutRandomness =>
        [.. ConformanceCases.All.Where(@case => !@case.IsRandom).Select(@case => @case.Name)];

    [Theory]
    [MemberData(nameof(NamesWithoutRandomness))]
    public void Training_gives_the_loss_gradients_and_states_of_the_definition(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        foreach (int images in @case.Batches)
        {
            Examples examples = Examples.Create(images, @case.Input, ConformanceCase.Classes);
            using ParameterStore store = @case.CreateStore();
            ReferenceNetwork reference = @case.CreateReference(store, training: true);
            (double loss, Batch dy) = examples.Loss(reference.Forward(examples.Images));
            reference.Backward(dy);
            double greatest = reference.Gradients.Max(gradient => gradient.Values.Max(Math.Abs));
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            {
                string context = $"{name}, {images} images, {set}";
                EngineRun run = EngineRun.Train(@case, EngineRun.Options(images, set), examples);
                Assert.Equal(loss, run.Result.WeightedLoss, Tolerance * Math.Max(1, loss));
                foreach ((string path, double[] expected) in reference.Gradients)
                {
                    Close.Equal(expected, run.Gradient(path), Tolerance, greatest / 20, $"{context}: gradient of {path}");
                }

                foreach ((string path, double[] expected) in reference.NextStates)
                {
                    Close.Equal(expected, run.State(path), Tolerance, 0, $"{context}: {path}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prediction_gives_the_scores_of_the_definition(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        foreach (int images in @case.Batches)
        {
            Examples examples = Examples.Create(images, @case.Input, ConformanceCase.Classes);
            using ParameterStore store = @case.CreateStore();
            Batch expected = @case.CreateReference(store, training: false).Forward(examples.Images);
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            {
                float[] scores = EngineRun.Predict(@case, EngineRun.Options(images, set), examples);
                Close.Equal(expected.Values, scores, Tolerance, 0, $"{name}, {images} images, {set}: scores");
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithoutRandomness))]
    public void The_reference_has_the_inferred_shape_and_the_gradients_of_central_differences(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        Batch x = Batch.WithoutTies(2, @case.Input, seed: 2);
        using ParameterStore store = ParameterStore.Initialize(@case.Body, @case.Input, seed: 5);
        ReferenceGradientCheck check = new(@case.Body, @case.Input, store);
        Assert.Equal(@case.Body.OutputShape(@case.Input), check.Forward(x).Shape);
        if (@case.Body.Summary(@case.Input).MultiplyAdds < DifferencedProducts)
        {
            check.HoldAgainstCentralDifferences(x);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_comes_back_from_json_equal(string name)
    {
        foreach (Layer layer in ConformanceCases.Named(name).Layers)
        {
            string json = JsonSerializer.Serialize(layer);
            Layer? back = JsonSerializer.Deserialize<Layer>(json);
            Assert.Equal(layer, back);
            Assert.Equal(layer.GetHashCode(), back!.GetHashCode());
            Assert.Equal(json, JsonSerializer.Serialize(back));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_do_not_change_a_bit(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        Examples examples = Examples.Create(@case.LargestBatch, @case.Input, ConformanceCase.Classes);
        PlanOptions alone = EngineRun.Options(@case.LargestBatch, SimdDispatch.Best);
        EngineRun expected = EngineRun.Train(@case, alone, examples);
        float[] scores = EngineRun.Predict(@case, alone, examples);
        foreach (int threads in new[] { 2, 5 })
        {
            EngineRun run = EngineRun.Train(@case, alone with { Threads = threads }, examples);
            Assert.Equal(expected.Result, run.Result);
            Close.SameBits(expected.Gradients, run.Gradients, $"{name}: gradients with {threads} threads");
            Close.SameBits(expected.States, run.States, $"{name}: states with {threads} threads");
            Close.SameBits(scores, EngineRun.Predict(@case, alone with { Threads = threads }, examples), $"{name}: scores");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_smaller_batch_sees_nothing_of_the_larger_one_before_it(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        Examples all = Examples.Create(@case.LargestBatch, @case.Input, ConformanceCase.Classes);
        Examples some = Examples.Create(all.Count / 2 + 1, @case.Input, ConformanceCase.Classes, seed: 2);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            PlanOptions options = EngineRun.Options(all.Count, set);
            EngineRun fresh = EngineRun.Train(@case, options, some);
            EngineRun used = EngineRun.Train(@case, options, all, some);
            Assert.Equal(fresh.Result, used.Result);
            Close.SameBits(fresh.Gradients, used.Gradients, $"{name}, {set}: gradients after a larger batch");
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithoutRandomness))]
    public void A_batch_that_does_not_fill_the_plan_gives_what_a_plan_of_its_size_does(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        Examples some = Examples.Create(@case.LargestBatch / 2 + 1, @case.Input, ConformanceCase.Classes);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            EngineRun filled = EngineRun.Train(@case, EngineRun.Options(some.Count, set), some);
            EngineRun partial = EngineRun.Train(@case, EngineRun.Options(@case.LargestBatch, set), some);
            Assert.Equal(filled.Result.WeightedLoss, partial.Result.WeightedLoss, 1e-4);
            double[] expected = Array.ConvertAll(filled.Gradients, value => (double)value);
            Close.Equal(expected, partial.Gradients, Tolerance, 0, $"{name}, {set}: gradients");
            expected = Array.ConvertAll(filled.States, value => (double)value);
            Close.Equal(expected, partial.States, Tolerance, 0, $"{name}, {set}: states");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bits_of_a_rows_scores_do_not_depend_on_other_rows(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        Examples all = Examples.Create(@case.LargestBatch, @case.Input, ConformanceCase.Classes);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            using ParameterStore store = @case.CreateStore();
            using InferencePlan plan = new(@case.Description, store, EngineRun.Options(all.Count, set));
            float[] expected = EngineRun.Predict(plan, all.Count, all);
            int[] backwards = [.. Enumerable.Range(0, all.Count).Reverse()];
            foreach (int[] rows in new int[][] { backwards, backwards[..((all.Count + 1) / 2)], [all.Count - 1] })
            {
                float[] scores = EngineRun.Predict(plan, all.Count, all.Take(rows));
                float[] same =
                [
                    .. rows.SelectMany(row => expected[(row * ConformanceCase.Classes)..((row + 1) * ConformanceCase.Classes)]),
                ];
                Close.SameBits(same, scores, $"{name}, {set}: scores of {rows.Length} rows");
            }
        }
    }
}
