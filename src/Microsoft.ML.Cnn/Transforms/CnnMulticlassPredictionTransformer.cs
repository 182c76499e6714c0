using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CnnMulticlassPredictionTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    CnnMulticlassPredictionTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

/// <summary>
/// Scores images with a network that <see cref="CnnMulticlassTrainer"/> has trained. Adds <c>PredictedLabel</c> (a key with the values of the label) and <c>Score</c> (one
/// probability for each class, a vector of <see cref="float"/>). A row with a pixel that is no number gets no label (key 0).
/// </summary>
/// <inheritdoc/>
public sealed class CnnMulticlassPredictionTransformer : CnnPredictionTransformer<CnnMulticlassModelParameters>
{
    internal const string LoaderSignature = "CnnMulticlass";

    private static readonly ModelEntry Entry = new("CNNMULTI", LoaderSignature);

    internal CnnMulticlassPredictionTransformer(CnnMulticlassModelParameters parameters, string feature, VectorDataViewType featureType)
        : base(
            parameters,
            parameters.Model,
            new MulticlassOutput(parameters.NumberOfClasses, parameters.Labels),
            new TrainedColumns(feature, featureType, parameters.Labels),
            Entry
        ) { }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static CnnMulticlassPredictionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        (CnnModel model, TrainedColumns trained) = Read(ctx, Entry);
        return new CnnMulticlassPredictionTransformer(
            new CnnMulticlassModelParameters(model, trained.Labels),
            trained.Feature,
            trained.FeatureType
        );
    }
}
