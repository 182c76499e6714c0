using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CnnBinaryPredictionTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    CnnBinaryPredictionTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

/// <summary>
/// Scores images with a network that <see cref="CnnBinaryTrainer"/> has trained. Adds <c>PredictedLabel</c> (<see cref="bool"/>: whether the score is above 0), <c>Score</c>
/// (<see cref="float"/>: the logarithm of the odds) and <c>Probability</c> (<see cref="float"/>: of true). A row with a pixel that is no number is predicted to be false.
/// </summary>
/// <inheritdoc/>
public sealed class CnnBinaryPredictionTransformer : CnnPredictionTransformer<CnnBinaryModelParameters>
{
    internal const string LoaderSignature = "CnnBinary";

    private static readonly ModelEntry Entry = new("CNNBINAR", LoaderSignature);

    internal CnnBinaryPredictionTransformer(CnnBinaryModelParameters parameters, string feature, VectorDataViewType featureType)
        : base(parameters, parameters.Model, new BinaryOutput(), new TrainedColumns(feature, featureType, null), Entry) { }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static CnnBinaryPredictionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        (CnnModel model, TrainedColumns trained) = Read(ctx, Entry);
        if (model.OutputLength != 1)
        {
            throw ModelPart.Damaged(TrainedColumns.EntryName, $"a binary model has one output, and this one has {model.OutputLength}.");
        }

        return new CnnBinaryPredictionTransformer(new CnnBinaryModelParameters(model), trained.Feature, trained.FeatureType);
    }
}
