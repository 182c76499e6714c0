using System.Diagnostics;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>
/// How one kind of transformer is kept in a model file of ML.NET: a header by which ML.NET finds the class that can read
/// it, and a named stream of bytes beside that header.
/// </summary>
/// <param name="Signature">8 characters that stand for the kind of model.</param>
/// <param name="LoaderSignature">The name under which its <c>LoadableClass</c> attribute registers the class; at most 24 characters.</param>
/// <param name="Stream">Name of the stream.</param>
internal sealed record ModelEntry(string Signature, string LoaderSignature, string Stream)
{
    // The header's own version never moves: what changes over time is the payload, which has its own.
    private const uint HeaderVersion = 0x00010001;

    /// <summary>Writes the header, then the stream.</summary>
    public void Save(ModelSaveContext context, Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel();
        context.SetVersionInfo(Version());
        context.SaveBinaryStream(Stream, write);
    }

    /// <summary>Checks the header, then reads the stream.</summary>
    /// <exception cref="FormatException">The entry is of another kind or of a newer version.</exception>
    /// <exception cref="InvalidDataException">The file has no such stream.</exception>
    public T Load<T>(ModelLoadContext context, Func<BinaryReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel(Version());
        T? model = default;
        if (!context.TryLoadBinaryStream(Stream, reader => model = read(reader)))
        {
            throw new InvalidDataException(
                $"The model file is damaged: its entry '{LoaderSignature}' has no stream '{Stream}'. Save the model again, or take another copy of the file."
            );
        }
        return model!;
    }

    private VersionInfo Version()
    {
        Debug.Assert(Signature.Length == 8 && LoaderSignature.Length <= 24);
        return new VersionInfo(
            modelSignature: Signature,
            verWrittenCur: HeaderVersion,
            verReadableCur: HeaderVersion,
            verWeCanReadBack: HeaderVersion,
            // The simple name: with a full one, a file written by a newer build could not be read by an older.
            loaderAssemblyName: typeof(ModelEntry).Assembly.GetName().Name,
            loaderSignature: LoaderSignature
        );
    }
}
