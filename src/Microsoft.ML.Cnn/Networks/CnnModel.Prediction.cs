using System.Collections.Concurrent;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn;

public sealed partial class CnnModel
{
    /// <summary>Plans that no thread uses at the moment.</summary>
    private readonly ConcurrentBag<SingleImagePlan> idlePlans = [];

    /// <summary>What plans have made of the weights; all plans of the model share it.</summary>
    internal Preparations Preparations { get; } = new();

    /// <summary>The scores of one image, on the caller's thread.</summary>
    /// <param name="pixels">As many values as <see cref="InputShape"/> has, in the order that <see cref="PixelOrder"/> says.</param>
    /// <returns>One score for each output.</returns>
    /// <exception cref="ArgumentException">There are more or fewer pixels than the image has.</exception>
    public float[] Predict(ReadOnlySpan<float> pixels)
    {
        float[] scores = new float[OutputLength];
        Predict(pixels, scores);
        return scores;
    }

    /// <summary>As <see cref="Predict(ReadOnlySpan{float})"/>, into memory of the caller's.</summary>
    /// <param name="pixels">As many values as <see cref="InputShape"/> has, in the order that <see cref="PixelOrder"/> says.</param>
    /// <param name="scores">Room for one score for each output.</param>
    /// <exception cref="ArgumentException">There are more or fewer pixels than the image has, or the scores do not have <see cref="OutputLength"/> elements.</exception>
    public void Predict(ReadOnlySpan<float> pixels, Span<float> scores)
    {
        if (pixels.Length != InputShape.Length)
        {
            throw new ArgumentException(
                $"The model takes images of {InputShape}, {InputShape.Length} values; received {pixels.Length}.",
                nameof(pixels)
            );
        }

        if (scores.Length != OutputLength)
        {
            throw new ArgumentException($"The model gives {OutputLength} scores; received room for {scores.Length}.", nameof(scores));
        }

        SingleImagePlan plan = idlePlans.TryTake(out SingleImagePlan? idle) ? idle : new SingleImagePlan(this);
        plan.Predict(pixels, scores);
        idlePlans.Add(plan);
    }

#pragma warning disable CA1001 // The buffers free themselves when the model goes; nobody could dispose of plans that other threads use.
    /// <summary>A plan for one image, on the thread that calls it.</summary>
    private sealed class SingleImagePlan
    {
        private readonly InferencePlan plan;
        private readonly Batch batch;

        public SingleImagePlan(CnnModel model)
        {
            plan = new InferencePlan(model.Description, model.Store, PlanOptions.For(batchSize: 1, threads: 1), model.Preparations);
            batch = new Batch(1, (int)model.InputShape.Length) { Count = 1 };
        }

        public void Predict(ReadOnlySpan<float> pixels, Span<float> scores)
        {
            pixels.CopyTo(batch.Row(0));
            plan.Predict(batch, scores);
        }
    }
#pragma warning restore CA1001
}
